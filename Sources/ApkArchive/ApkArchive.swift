// The module's parts are in the folders beside this file.
