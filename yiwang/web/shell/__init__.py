"""The shell of the pages: navigation, theme, errors, design page."""
