"""The yearly assessment (考核), for coordinators only."""
