# Chercher une personne sans numéro.
search-title = Chercher par nom et date de naissance
search-lede = Uniquement pour la personne à votre guichet qui ne connaît pas de numéro. Vous voyez une courte liste ; les données suivent votre choix.
search-surname-hint = Comme vous l’entendez : les registres cherchent au son
search-surname-missing = Tapez le nom de famille
search-given-hint = Laissez vide si vous ne les connaissez pas
search-birth-hint = L’année est obligatoire ; laissez le jour ou le mois vide s’ils sont inconnus
search-birth-missing = Tapez au moins l’année de naissance, en quatre chiffres
search-sex-any = peu importe
search-button = Chercher
hits-title = Laquelle de ces personnes est devant vous ?
hits-what = Demandez à la personne son nom, sa date de naissance et sa commune ; ne lisez pas la liste à voix haute.
hits-legend = Personnes trouvées
hits-truncated = Il y en a plus que cette liste. Si la personne n’y est pas, précisez la recherche : un prénom, le sexe ou la date de naissance complète.
hits-button = C’est cette personne
hits-missing = Choisissez une personne de la liste, ou cherchez à nouveau
hits-again = Chercher autrement
hits-nobody-title = Personne trouvée : aucune
hits-nobody-what = Aucun registre ne connaît de personne avec ce nom et cette date de naissance. Demandez comment le nom figure sur un document, ou essayez avec une date de naissance incomplète.
hits-too-wide-title = Trop de personnes
hits-too-wide-what = Trop de personnes correspondent : le registre n’en montre aucune. Précisez la recherche avec un prénom, le sexe ou la date de naissance complète.
hits-down-what = Un registre n’a pas répondu correctement, il n’y a donc pas de liste : elle serait incomplète. Le dossier est conservé. Cherchez à nouveau dans une minute.
verify-title = Le numéro et le document vont-ils ensemble ?
verify-lede = Le registre répond seulement par oui ou non. Vous ne voyez les données de la personne que si le document correspond.
verify-kind-legend = Quel document avez-vous en main ?
verify-kind-card = Une carte belge : par le numéro de carte
verify-kind-holder = Un autre document : par le nom et la date de naissance
verify-kind-missing = Choisissez quel document vous avez en main
verify-card-label = Numéro de carte
verify-card-hint = 12 chiffres, par exemple 591-1917064-58
verify-holder-title = Pour un autre document
verify-button = Vérifier
verify-no-match-title = Le numéro et le document ne vont pas ensemble
verify-no-match-what = Le registre ne dit pas ce qui diffère. Contrôlez avec la personne le numéro et le document. Rien de la personne n’a été montré.
verify-unknown-what = Aucun registre ne connaît ce numéro. Contrôlez-le sur un document, ou arrêtez ce dossier et cherchez par nom.
verify-replaced-what = Ce numéro a été remplacé. Demandez un document plus récent et tapez le numéro qui y figure.
verify-not-inscribed-what = Le registre ne répond qu’aux organisations inscrites pour cette personne. Arrêtez ce dossier et ouvrez-en un par numéro : vous pourrez y inscrire votre organisation.
verify-down-what = Il n’y a pas de réponse utilisable. Le dossier est conservé ; ce que vous avez tapé ne l’est pas. Réessayez dans une minute.
verify-again-title = Vérifier à nouveau
verify-left = { $left ->
    [one] Encore 1 essai possible.
   *[other] Encore { $left } essais possibles.
  }
verify-none-left = Il n’y a plus d’essais : ainsi personne ne peut deviner. Arrêtez ce dossier.
