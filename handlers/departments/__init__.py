"""What a department does in its group: confirms, reports, corrects itself, asks."""
