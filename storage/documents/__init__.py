"""Documents in and out: plain values to bytes and back; nothing here knows a record."""
