/// What each table of the catalog is, and each of its columns. The empty name stands for the table.
enum CatalogDescriptions {
  typealias Columns = KeyValuePairs<String, String>

  static let all: [(object: String, columns: Columns)] = dataTables + workTables

  private static let tableID = "the table that it belongs to"
  private static let recordCount = "records that could be read; null where not known"

  private static let dataTables: [(object: String, columns: Columns)] = [
    (
      "zones",
      ["": "the zones of the lake", "name": "landing, trusted, curated", "position": "their order"]
    ),
    (
      "databases",
      [
        "": "declared databases: each is a view over all zones, with tables under name_zone",
        "key": "the name in lower case", "name": "the name as declared", "comment": "its comment",
        "created_at": "when it was declared",
      ]
    ),
    (
      "tables",
      [
        "":
          "the tables and views of the lake; files and logs are the truth, this is a cache of them",
        "id": "a number without meaning", "zone": "its zone", "key": "its name in lower case",
        "name": "its name as first spelled",
        "kind": "external (files of users), managed (files of ours, with a log) or view",
        "location": "its directory or file, from the workspace, or absolute",
        "format": "json, csv, tsv, text or parquet", "reading": "options of the reader, as JSON",
        "comment": "its comment", "pipeline": "the pipeline that makes it",
        "is_personal": "1 if said to hold data of persons, 0 if said not to, else null",
        "view_sql": "the query of a view", "defined_by": "the file of its definition",
        "schema_version": "counts the changes of its columns",
        "current_version": "the version of a managed table", "record_count": recordCount,
        "byte_count": "bytes of its files", "file_count": "its files",
        "reject_count": "records that could not be read",
        "created_at": "when it was first recorded", "updated_at": "when it last changed",
        "crawled_at": "when its files were last looked at",
      ]
    ),
    (
      "columns",
      [
        "": "the columns of tables, partition columns at the end", "table_id": tableID,
        "position": "from 0", "name": "its name", "type": "its type in the words of Hive",
        "is_nullable": "0 if null is refused",
        "is_partition": "1 if its values come from directories",
        "comment": "its comment",
      ]
    ),
    (
      "schemas",
      [
        "": "earlier and present columns of each table", "table_id": tableID,
        "version": "counts the changes", "columns": "the columns as SQL writes them",
        "recorded_at": "when they were recorded",
      ]
    ),
    (
      "table_properties",
      [
        "": "properties from TBLPROPERTIES and WITH", "table_id": tableID, "name": "the name",
        "value": "the value",
      ]
    ),
    (
      "partitions",
      [
        "": "key=value directories of tables", "table_id": tableID,
        "path": "from the directory of the table", "partition_values": "as JSON, by column",
        "file_count": "its files", "record_count": recordCount, "byte_count": "bytes of its files",
      ]
    ),
    (
      "files",
      [
        "": "the files of external tables, as the last crawl found them", "table_id": tableID,
        "path": "from the location of the table, empty where that is the file",
        "size": "bytes on disk",
        "modified": "time of modification, nanoseconds since 1970",
        "changed": "time of change of status, nanoseconds since 1970", "inode": "its inode",
        "is_settled": "0 if it was so young that it may have changed within one tick of its clock",
        "format": "found by its content", "compression": "none or gzip",
        "layout": "how its records are arranged", "text_bytes": "bytes after decompression",
        "record_count": "records that could be read",
        "reject_count": "records that could not be read",
        "content_hash": "XXH64 of its bytes; null where not computed",
        "partition_values": "as JSON, by column",
        "evidence":
          "what kinds of values it holds: how schemas are merged without reading it again",
        "problem": "why it is left out by readers; null where it is read",
      ]
    ),
    (
      "statistics",
      [
        "": "what is known of the values of columns", "table_id": tableID,
        "key": "the column in lower case", "name": "the column", "null_count": "rows without value",
        "minimum": "the least value, as text", "maximum": "the greatest value, as text",
        "distinct_count": "an estimate of the different values",
      ]
    ),
    (
      "versions",
      [
        "": "committed versions of managed tables; the log is the truth", "table_id": tableID,
        "version": "the number", "committed_at": "when", "operation": "what made it",
        "record_count": recordCount, "byte_count": "bytes of its files", "file_count": "its files",
        "run_id": "the run that made it",
      ]
    ),
  ]

  private static let workTables: [(object: String, columns: Columns)] = [
    (
      "rejects",
      [
        "": "how many records of which source were refused, and where they are kept",
        "zone": "the zone of the table", "key": "the table in lower case",
        "source": "the file, or the run, that brought them", "reject_count": "how many",
        "first_reason": "why the first was refused", "path": "where they are kept",
        "recorded_at": "when",
      ]
    ),
    (
      "crawls",
      [
        "": "what crawls found", "id": "a number", "scope": "what was looked at",
        "started_at": "when", "seconds": "how long it took", "report": "its report, as JSON",
      ]
    ),
    (
      "definitions",
      [
        "": "files of definitions that were applied", "path": "from the workspace",
        "hash": "XXH64 of its bytes", "applied_at": "when",
      ]
    ),
    (
      "jobs",
      [
        "": "the making of each table, and what it was last made of", "zone": "of the table",
        "key": "the table in lower case", "name": "the table", "pipeline": "where it belongs",
        "path": "its file", "fingerprint": "of everything that its last result depends on",
        "published_version": "the version that it published last", "published_at": "when",
        "last_run_id": "in which run",
      ]
    ),
    (
      "runs",
      [
        "": "executions of pipelines", "id": "a number", "uuid": "a name that is never used again",
        "pipeline": "which", "state": "running, succeeded, failed, cancelled or interrupted",
        "started_at": "when", "finished_at": "when; null while it runs",
        "process": "the number of the process", "engine_version": "of the program",
        "parameters": "as JSON", "error": "as JSON, with its place", "details": "more, as JSON",
      ]
    ),
    (
      "job_runs",
      [
        "": "what became of each job in a run, attempt by attempt", "run_id": "the run",
        "position": "its place in the run", "attempt": "from 1", "zone": "of the table",
        "key": "the table in lower case", "name": "the table",
        "state": "pending, running, succeeded, failed, skipped, up_to_date or cancelled",
        "reason": "why it ran, or did not", "started_at": "when", "seconds": "how long it took",
        "rows_read": "rows of its inputs", "rows_written": "rows of its result",
        "rows_rejected": "rows refused by a constraint",
        "rows_withheld": "rows withheld for lack of consent",
        "bytes_written": "bytes of its files", "version": "the version that it published",
        "fingerprint": "of everything that its result depends on",
        "error": "as JSON, with its place", "details": "more, as JSON",
      ]
    ),
    (
      "lineage",
      [
        "": "which table, and which column, is made from which", "target_zone": "of the one made",
        "target_key": "the table made, in lower case", "target_name": "the table made",
        "target_column": "its column, or nothing for the table as a whole",
        "source_zone": "of the one read", "source_key": "the table read, in lower case",
        "source_name": "the table read",
        "source_column": "its column, or nothing for the table as a whole",
        "pipeline": "which pipeline does it", "job": "which job",
      ]
    ),
    (
      "properties",
      ["": "what else the workspace remembers", "name": "the name", "value": "the value"]
    ),
    (
      "descriptions",
      [
        "": "what the tables and columns of the catalog are", "object": "the table",
        "column": "the column, or nothing for the table", "description": "what it is",
      ]
    ),
  ]
}
