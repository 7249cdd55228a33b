// Parts follow beside this file.
