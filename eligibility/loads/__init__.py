"""CMS data as staff load them: files read as a stream, every row judged, all of it or nothing (contracts.md 3)."""
