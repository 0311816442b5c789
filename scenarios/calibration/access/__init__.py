"""From a web shop's access logs to sessions, think times and what the website can serve."""
