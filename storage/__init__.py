"""The ledger: records and the rules they keep, and the documents made of them."""
