"""Who is who and where: register of departments, groups, codes, members and their leave."""
