# Sur chaque page.
service-name = Loket
skip-link = Aller au contenu
sign-out = Se déconnecter
back = Retour
proceed = Continuer
# Devant le titre d'une page qui contient des erreurs. $title est le titre propre de la page.
error-title = Erreur : { $title }
error-summary-title = Un problème est survenu
# Nom du choix de la langue, pour un lecteur d'écran.
language-choice = Langue
