# Looking a person up without a number.
search-title = Search by name and date of birth
search-lede = Only for who is at your counter and knows no number. You see a short list; the details come after your choice.
search-surname-hint = As you hear it: the registers search by sound
search-surname-missing = Type the surname
search-given-hint = Leave empty if you do not know them
search-birth-hint = The year is compulsory; leave day or month empty if they are unknown
search-birth-missing = Type at least the year of birth, with four digits
search-sex-any = does not matter
search-button = Search
hits-title = Which of them is in front of you?
hits-what = Ask the person for name, date of birth and place of residence; do not read the list out.
hits-legend = People found
hits-truncated = There are more than are listed. If the person is not among them, search more narrowly: with a given name, the sex or the whole date of birth.
hits-button = It is this person
hits-missing = Choose a person of the list, or search again
hits-again = Search differently
hits-nobody-title = Nobody found
hits-nobody-what = No register knows anybody with this name and date of birth. Ask how the name stands on a document, or try an incomplete date of birth.
hits-too-wide-title = Too many people
hits-too-wide-what = Too many people fit: the register shows none of them. Search more narrowly, with a given name, the sex or the whole date of birth.
hits-down-what = A register did not answer as it should, so there is no list: it would lack people. The dossier is kept. Search again in a minute.
verify-title = Do number and document belong together?
verify-lede = The register says yes or no and nothing else. You see the person’s data only when the document fits.
verify-kind-legend = Which document do you have in hand?
verify-kind-card = A Belgian card: by its card number
verify-kind-holder = Another document: by name and date of birth
verify-kind-missing = Choose which document you have in hand
verify-card-label = Card number
verify-card-hint = 12 digits, for example 591-1917064-58
verify-holder-title = For another document
verify-button = Verify
verify-no-match-title = Number and document do not belong together
verify-no-match-what = The register does not say what differs. Check number and document together with the person. Nothing of the person was shown.
verify-unknown-what = No register knows this number. Check it on a document, or stop this dossier and search by name.
verify-replaced-what = This number was replaced. Ask for a more recent document and type the number that stands on it.
verify-not-inscribed-what = The register answers only organisations that are inscribed for this person. Stop this dossier and open one by number: there you can inscribe your organisation.
verify-down-what = There is no usable answer. The dossier is kept; what you typed is not. Try again in a minute.
verify-again-title = Verify again
verify-left = { $left ->
    [one] Possible once more.
   *[other] Possible { $left } more times.
  }
verify-none-left = There are no more tries, so that nobody can guess. Stop this dossier.
