"""What is made of an agreement: documents as PDF, their seal, and how one is checked."""
