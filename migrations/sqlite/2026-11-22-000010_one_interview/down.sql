DROP INDEX interviews_one_to_come;
