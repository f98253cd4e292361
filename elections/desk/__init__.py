"""What CMS reviewers do with elections: everything under /staff/ about them."""
