"""What knows no people and no elections: time, secrets, private numbers, connections."""
