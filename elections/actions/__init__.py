"""Everything that changes an election: one function a verb, called by pages, staff pages, jobs and commands alike."""
