// A small Vendure: its own defaults, and the payment method that declines when it is told to.
// `node shop.js fill STOCK` makes its tables and three things to sell; `node shop.js` opens it.
const fs = require("fs")
const { bootstrap, dummyPaymentHandler, DefaultLogger, LogLevel } = require("@vendure/core")
const { populate } = require("@vendure/core/cli")

const config = {
  apiOptions: { port: Number(process.env.PORT), hostname: "127.0.0.1", adminApiPath: "admin-api", shopApiPath: "shop-api" },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: { identifier: "superadmin", password: process.env.ADMIN_PASSWORD },
    cookieOptions: { secret: "made-up" },
  },
  dbConnectionOptions: {
    type: "postgres", host: process.env.DATABASE_SOCKET, database: process.env.DATABASE,
    username: "postgres", password: "none", synchronize: true,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: __dirname },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  plugins: [],
}

const shop = {
  defaultLanguage: "en", defaultZone: "Asia", collections: [],
  countries: [{ code: "IR", name: "Iran", zone: "Asia" }],
  taxRates: [{ name: "Standard Tax", percentage: 0 }],
  shippingMethods: [{ name: "Post", price: 0 }],
  paymentMethods: [{ name: "Dummy", handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "true" }] } }],
}

async function fill(stock) {
  const columns = "name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets"
  const rows = [0, 1, 2].map((n) => `Thing ${n},thing-${n},A thing,,,,,T${n},100,standard,${stock},true,,`)
  fs.writeFileSync("products.csv", [columns, ...rows, ""].join("\n"))
  const app = await populate(() => bootstrap(config), shop, "products.csv")
  await app.close()
  process.exit(0)
}

const done = process.argv[2] === "fill" ? fill(process.argv[3]) : bootstrap(config)
done.catch((error) => { console.error(error); process.exit(1) })
