"""Campaigns (报送): templates, what is prefilled, and what the tick does with them."""
