"""Check a method once it is read: names, circles, points, grades, and what is never used."""
