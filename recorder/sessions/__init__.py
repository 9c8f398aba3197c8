"""The scripts: what people do in the shop, grouped by what it is about."""
