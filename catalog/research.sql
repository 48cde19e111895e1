-- Who agreed to research, and which data is about people.
--
-- A person (an email, or a device's serial number) is granted if the newest of their
-- records has a date of consent that is neither empty, nor 0, nor in the future. Every
-- table made from the data named here must say how its rows relate to people: see the
-- CONSENT lines in examples/stedi.
CREATE CONSENT POLICY research ON landing.customer
SUBJECT email ALSO KNOWN AS serialNumber
RECORDS LATEST BY lastUpdateDate
GRANTED SINCE shareWithResearchAsOfDate EPOCH MILLIS
COVERS landing.accelerometer (user = email), landing.step_trainer (serialNumber);
