"""What people say: one module for each conversation, and the reading of notices and replies."""
