"""The reference store: `model.Shop` behind HTTP, with a journal that survives `kill -9`."""
