"""What can be done to the ledger, and what can be asked of it; every right is checked here."""
