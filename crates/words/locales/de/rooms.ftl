rooms-skip = Zum Inhalt
rooms-home = Doorstep, deine Apps
rooms-main = Hauptmenü
rooms-apps = Apps
rooms-account = Konto

portal-hello = Hallo, { $person }
portal-one-passkey = Du hast einen Passkey. <second>Füg einen zweiten hinzu</second> oder <kit>druck ein Notfallblatt</kit>, damit ein verlorenes Gerät dich nicht aussperrt.
portal-registrations = { $count ->
    [one] Jemand bittet um ein Konto.
   *[other] { $count } Leute bitten um ein Konto.
}
portal-requests = { $count ->
    [one] Jemand bittet um Zugang zu einer App.
   *[other] { $count } Bitten um Zugang zu einer App warten.
}
portal-answer = Ansehen und beantworten
portal-empty = Noch keine Apps
portal-empty-add = Hier erscheinen die Apps, die du verwenden darfst. Trag die erste in { $file } ein; sie erscheint, sobald die Datei gespeichert ist.
portal-empty-wait = Hier erscheinen die Apps, die du verwenden darfst. Die Administration kann dir Zugang zu welchen geben.
portal-find = App suchen
portal-find-none = Keine deiner Apps heißt so.
portal-invite = Leute einladen

banner-sent = Ein Wiederherstellungslink für dein Konto wurde { $when } per E-Mail geschickt. Warst du es nicht, dann stopp es.
banner-asked = Jemand hat { $asked } angefordert, dein Konto per E-Mail wiederherzustellen. Der Link kommt { $due } per E-Mail. Warst du es nicht, dann stopp es.
