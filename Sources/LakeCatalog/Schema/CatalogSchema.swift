/// The tables of the catalog, version by version. A version that was released is never changed;
/// what is new is a migration behind the last.
///
/// Moments are microseconds since 1970 in UTC. A name is stored as it was first spelled; `key` is
/// the same in lower case, by which it is found.
enum CatalogSchema {
  /// `LAKE` in ASCII: what `file` and others know the catalog by.
  static let applicationID = 0x4C41_4B45

  /// What turns version N into N + 1, for N from 0.
  static let migrations = [version1]

  static var version: Int { migrations.count }

  private static let version1 = tables + work + descriptions

  private static let tables = """
    CREATE TABLE zones (
      name TEXT PRIMARY KEY,
      position INTEGER NOT NULL
    ) STRICT;
    INSERT INTO zones VALUES ('landing', 0), ('trusted', 1), ('curated', 2);

    CREATE TABLE databases (
      key TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      comment TEXT,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE tables (
      id INTEGER PRIMARY KEY,
      zone TEXT NOT NULL REFERENCES zones (name),
      key TEXT NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('external', 'managed', 'view')),
      location TEXT NOT NULL,
      format TEXT,
      reading TEXT,
      comment TEXT,
      pipeline TEXT,
      is_personal INTEGER CHECK (is_personal IN (0, 1)),
      view_sql TEXT,
      defined_by TEXT,
      schema_version INTEGER NOT NULL,
      current_version INTEGER,
      record_count INTEGER,
      byte_count INTEGER,
      file_count INTEGER,
      reject_count INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      crawled_at INTEGER,
      UNIQUE (zone, key)
    ) STRICT;

    CREATE TABLE columns (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      is_nullable INTEGER NOT NULL,
      is_partition INTEGER NOT NULL,
      comment TEXT,
      PRIMARY KEY (table_id, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE schemas (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      columns TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      PRIMARY KEY (table_id, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE table_properties (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (table_id, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE partitions (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      partition_values TEXT NOT NULL,
      file_count INTEGER NOT NULL,
      record_count INTEGER,
      byte_count INTEGER NOT NULL,
      PRIMARY KEY (table_id, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE files (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      is_settled INTEGER NOT NULL,
      format TEXT NOT NULL,
      compression TEXT NOT NULL,
      layout TEXT NOT NULL,
      text_bytes INTEGER NOT NULL,
      record_count INTEGER NOT NULL,
      reject_count INTEGER NOT NULL,
      content_hash INTEGER,
      partition_values TEXT NOT NULL,
      evidence BLOB,
      problem TEXT,
      PRIMARY KEY (table_id, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statistics (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      key TEXT NOT NULL,
      name TEXT NOT NULL,
      null_count INTEGER,
      minimum TEXT,
      maximum TEXT,
      distinct_count INTEGER,
      PRIMARY KEY (table_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE versions (
      table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      committed_at INTEGER NOT NULL,
      operation TEXT NOT NULL,
      record_count INTEGER,
      byte_count INTEGER,
      file_count INTEGER,
      run_id INTEGER,
      PRIMARY KEY (table_id, version)
    ) STRICT, WITHOUT ROWID;

    """

  private static let work = """
    CREATE TABLE rejects (
      zone TEXT NOT NULL REFERENCES zones (name),
      key TEXT NOT NULL,
      source TEXT NOT NULL,
      reject_count INTEGER NOT NULL,
      first_reason TEXT,
      path TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      PRIMARY KEY (zone, key, source)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE crawls (
      id INTEGER PRIMARY KEY,
      scope TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      seconds REAL NOT NULL,
      report TEXT NOT NULL
    ) STRICT;

    CREATE TABLE definitions (
      path TEXT PRIMARY KEY,
      hash INTEGER NOT NULL,
      applied_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE jobs (
      zone TEXT NOT NULL REFERENCES zones (name),
      key TEXT NOT NULL,
      name TEXT NOT NULL,
      pipeline TEXT NOT NULL,
      path TEXT NOT NULL,
      fingerprint TEXT,
      published_version INTEGER,
      published_at INTEGER,
      last_run_id INTEGER,
      PRIMARY KEY (zone, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      uuid TEXT NOT NULL UNIQUE,
      pipeline TEXT NOT NULL,
      state TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      finished_at INTEGER,
      process INTEGER NOT NULL,
      engine_version TEXT NOT NULL,
      parameters TEXT NOT NULL,
      error TEXT,
      details TEXT
    ) STRICT;

    CREATE TABLE job_runs (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      zone TEXT NOT NULL REFERENCES zones (name),
      key TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      started_at INTEGER,
      seconds REAL NOT NULL,
      rows_read INTEGER NOT NULL,
      rows_written INTEGER NOT NULL,
      rows_rejected INTEGER NOT NULL,
      rows_withheld INTEGER NOT NULL,
      bytes_written INTEGER NOT NULL,
      version INTEGER,
      fingerprint TEXT,
      error TEXT,
      details TEXT,
      PRIMARY KEY (run_id, position, attempt)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE lineage (
      target_zone TEXT NOT NULL REFERENCES zones (name),
      target_key TEXT NOT NULL,
      target_name TEXT NOT NULL,
      target_column TEXT NOT NULL,
      source_zone TEXT NOT NULL REFERENCES zones (name),
      source_key TEXT NOT NULL,
      source_name TEXT NOT NULL,
      source_column TEXT NOT NULL,
      pipeline TEXT NOT NULL,
      job TEXT NOT NULL,
      PRIMARY KEY (
        target_zone, target_key, target_column, source_zone, source_key, source_column
      )
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX lineage_by_source ON lineage (source_zone, source_key);

    CREATE TABLE properties (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE descriptions (
      object TEXT NOT NULL,
      column TEXT NOT NULL,
      description TEXT NOT NULL,
      PRIMARY KEY (object, column)
    ) STRICT, WITHOUT ROWID;

    """

  /// Every table and column is described in the catalog itself.
  private static var descriptions: String {
    CatalogDescriptions.all.map { object, columns in
      columns.map { column, text in
        "INSERT INTO descriptions VALUES ('\(object)', '\(column)', '"
          + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
          + "');\n"
      }.joined()
    }.joined()
  }
}
