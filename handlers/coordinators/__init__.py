"""What coordinators do with a plan in force: review, decide, change, oversee, export."""
