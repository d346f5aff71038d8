-- An application has one interview to come, whoever arranges another at the same moment. Should there be two already, the
-- later one is called off.
UPDATE interviews SET state = 'cancelled'
WHERE state = 'arranged'
  AND EXISTS (SELECT 1 FROM interviews AS other
              WHERE other.application_id = interviews.application_id AND other.state = 'arranged' AND other.id < interviews.id);
CREATE UNIQUE INDEX interviews_one_to_come ON interviews (application_id) WHERE state = 'arranged';
