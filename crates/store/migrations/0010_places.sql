-- Where a session began, for its person to recognise it by: absent for those of a release that did not keep it.
ALTER TABLE sessions ADD COLUMN ip TEXT;
ALTER TABLE sessions ADD COLUMN agent TEXT;

-- Whom a line of the log is about: the person that something was done to, else the one who did it. Lines of earlier
-- releases have none.
ALTER TABLE audit_events ADD COLUMN person TEXT;
CREATE INDEX audit_events_by_person ON audit_events (person, id) WHERE person IS NOT NULL;
