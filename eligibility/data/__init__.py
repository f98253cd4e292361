"""What CMS data, NPPES and the election windows show, and what one may learn of it by asking."""
