"""The list of elections, the task list of each, who has the ball, and reminders."""
