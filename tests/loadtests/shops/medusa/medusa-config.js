// A small Medusa: its own defaults, without the administrator's pages.
const { defineConfig } = require("@medusajs/framework/utils")

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false },
    http: { storeCors: "*", adminCors: "*", authCors: "*", jwtSecret: "made-up", cookieSecret: "made-up" },
  },
  admin: { disable: true },
})
