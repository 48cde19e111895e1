import LakeCore

extension CatalogSession {
  /// The files of an external table in byte order of their paths.
  package func files(of name: TableName) throws(LakeError) -> [CatalogFile] {
    guard let id = try tableID(name) else { return [] }
    let columns = try connection.rows(
      "SELECT name FROM columns WHERE table_id = ? AND is_partition = 1 ORDER BY position",
      [.integer(id)]
    ) { $0.text(0) }
    return try connection.rows(
      """
      SELECT path, size, modified, changed, inode, is_settled, format, compression, layout,
        text_bytes, record_count, reject_count, content_hash, partition_values, evidence,
        problem
      FROM files WHERE table_id = ? ORDER BY path
      """, [.integer(id)]
    ) { row in
      let stamp = FileStamp(
        size: row.int(1), modified: row.int(2), changed: row.int(3),
        inode: row.optionalBits(4) ?? 0)
      var file = CatalogFile(
        path: row.text(0), stamp: stamp, format: TableFormat(rawValue: row.text(6)) ?? .text)
      file.isSettled = row.bool(5)
      file.compression = row.text(7)
      file.layout = row.text(8)
      file.textBytes = row.int(9)
      file.recordCount = row.int(10)
      file.rejectCount = row.int(11)
      file.contentHash = row.optionalBits(12)
      file.partitionValues = [PartitionValue](json: row.text(13), columns: columns)
      file.evidence = row.optionalBlob(14)
      file.problem = row.optionalText(15)
      return file
    }
  }

  /// Records files that are new or have changed, and forgets those that are gone.
  package func saveFiles(
    _ files: [CatalogFile], forgetting gone: [String] = [], of name: TableName
  ) throws(LakeError) {
    let id = try requireTableID(name)
    for path in gone {
      try connection.run(
        "DELETE FROM files WHERE table_id = ? AND path = ?", [.integer(id), .text(path)])
    }
    for file in files {
      try connection.run(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          .integer(id), .text(file.path), .integer(file.stamp.size),
          .integer(file.stamp.modified), .integer(file.stamp.changed),
          SQLiteValue(bits: file.stamp.inode), SQLiteValue(file.isSettled),
          .text(file.format.rawValue), .text(file.compression), .text(file.layout),
          .integer(file.textBytes), .integer(file.recordCount), .integer(file.rejectCount),
          SQLiteValue(bits: file.contentHash), .text(file.partitionValues.json),
          file.evidence.map { .blob($0) } ?? .null, SQLiteValue(file.problem),
        ])
    }
  }

  /// Sets the content hash of a file, if the file is still the one that was hashed.
  package func setContentHash(
    _ hash: UInt64, of path: String, with stamp: FileStamp, in name: TableName
  ) throws(LakeError) {
    let id = try requireTableID(name)
    try connection.run(
      """
      UPDATE files SET content_hash = ?
      WHERE table_id = ? AND path = ? AND size = ? AND modified = ? AND changed = ? AND inode = ?
      """,
      [
        SQLiteValue(bits: hash), .integer(id), .text(path), .integer(stamp.size),
        .integer(stamp.modified), .integer(stamp.changed), SQLiteValue(bits: stamp.inode),
      ])
  }

  package func partitions(of name: TableName) throws(LakeError) -> [CatalogPartition] {
    guard let id = try tableID(name) else { return [] }
    let columns = try connection.rows(
      "SELECT name FROM columns WHERE table_id = ? AND is_partition = 1 ORDER BY position",
      [.integer(id)]
    ) { $0.text(0) }
    return try connection.rows(
      """
      SELECT path, partition_values, file_count, record_count, byte_count FROM partitions
      WHERE table_id = ? ORDER BY path
      """, [.integer(id)]
    ) { row in
      CatalogPartition(
        path: row.text(0), values: [PartitionValue](json: row.text(1), columns: columns),
        fileCount: row.int(2), recordCount: row.optionalInt(3), byteCount: row.int(4))
    }
  }

  package func replacePartitions(
    _ partitions: [CatalogPartition], of name: TableName
  ) throws(LakeError) {
    let id = try requireTableID(name)
    try connection.run("DELETE FROM partitions WHERE table_id = ?", [.integer(id)])
    for partition in partitions {
      try connection.run(
        "INSERT INTO partitions VALUES (?, ?, ?, ?, ?, ?)",
        [
          .integer(id), .text(partition.path), .text(partition.values.json),
          .integer(partition.fileCount), SQLiteValue(partition.recordCount),
          .integer(partition.byteCount),
        ])
    }
  }

  /// In the order of the table's columns, as far as something is known of them.
  package func statistics(of name: TableName) throws(LakeError) -> [CatalogStatistics] {
    guard let id = try tableID(name) else { return [] }
    return try connection.rows(
      """
      SELECT s.name, s.null_count, s.minimum, s.maximum, s.distinct_count FROM statistics s
      LEFT JOIN columns c ON c.table_id = s.table_id AND c.name = s.name
      WHERE s.table_id = ? ORDER BY c.position
      """, [.integer(id)]
    ) { row in
      CatalogStatistics(
        column: row.text(0), nullCount: row.optionalInt(1), minimum: row.optionalText(2),
        maximum: row.optionalText(3), distinctCount: row.optionalInt(4))
    }
  }

  package func replaceStatistics(
    _ statistics: [CatalogStatistics], of name: TableName
  ) throws(LakeError) {
    let id = try requireTableID(name)
    try connection.run("DELETE FROM statistics WHERE table_id = ?", [.integer(id)])
    for column in statistics {
      try connection.run(
        "INSERT INTO statistics VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          .integer(id), .text(column.column.lowercased()), .text(column.column),
          SQLiteValue(column.nullCount), SQLiteValue(column.minimum), SQLiteValue(column.maximum),
          SQLiteValue(column.distinctCount),
        ])
    }
  }

  func tableID(_ name: TableName) throws(LakeError) -> Int? {
    try connection.first("SELECT id FROM tables WHERE zone = ? AND key = ?", name.key) { $0.int(0) }
  }

  func requireTableID(_ name: TableName) throws(LakeError) -> Int {
    if let id = try tableID(name) { return id }
    throw LakeError(.notFound, "the catalog has no table \(name)", hint: "Run lake crawl.")
  }
}
