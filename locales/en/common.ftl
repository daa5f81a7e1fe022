# On every page.
service-name = Loket
skip-link = Skip to the content
sign-out = Sign out
back = Back
proceed = Continue
# Before the title of a page that has errors. $title is the page's own title.
error-title = Error: { $title }
error-summary-title = There is a problem
# Label of the choice of language, for a screen reader.
language-choice = Language
