"""Submitting, revising, withdrawing; claims of TINs; receipts, and checking one."""
