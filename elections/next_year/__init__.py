"""Starting again from last year's election, or from a rejected or withdrawn one."""
