# The start page.
start-title = Clé numérique au guichet
start-lede = Pour les personnes qui ne peuvent pas créer de clé numérique avec leur propre eID, et pour les officiers qui les aident.
start-staff-title = Vous travaillez à un guichet
start-staff-text = Identifiez-vous avec votre propre carte eID belge. Rien d’autre n’ouvre cette application.
start-staff-button = S’identifier avec l’eID
start-person-title = Vous avez une clé numérique
start-person-text = Essayez ici si votre clé fonctionne. Vous avez reçu un lien par e-mail ? Ouvrez-le à partir de cet e-mail.
start-person-button = Essayer ma clé
