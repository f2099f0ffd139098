rooms-skip = Naar de inhoud
rooms-home = Doorstep, je apps
rooms-main = Hoofdmenu
rooms-apps = Apps
rooms-account = Account

portal-hello = Hallo, { $person }
portal-one-passkey = Je hebt één passkey. <second>Voeg een tweede toe</second> of <kit>print een herstelkit</kit>, zodat een verloren apparaat je niet buitensluit.
portal-registrations = { $count ->
    [one] Iemand vraagt een account aan.
   *[other] { $count } mensen vragen een account aan.
}
portal-requests = { $count ->
    [one] Iemand vraagt toegang tot een app.
   *[other] { $count } verzoeken om toegang tot een app wachten.
}
portal-answer = Bekijken en antwoorden
portal-empty = Nog geen apps
portal-empty-add = Apps die je mag gebruiken, verschijnen hier. Voeg de eerste toe aan { $file }; hij verschijnt zodra het bestand is opgeslagen.
portal-empty-wait = Apps die je mag gebruiken, verschijnen hier. Een beheerder kan je toegang tot apps geven.
portal-find = Zoek een app
portal-find-none = Geen app van jou heeft deze naam.
portal-invite = Mensen uitnodigen

banner-sent = Er is { $when } een herstellink voor je account gestuurd. Was jij het niet, stop het dan.
banner-asked = Iemand heeft { $asked } gevraagd je account per e-mail te herstellen. De link wordt { $due } gestuurd. Was jij het niet, stop het dan.
