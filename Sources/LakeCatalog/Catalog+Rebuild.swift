import LakeCore

extension Catalog {
  /// Removes the file, where it is damaged beyond use. The next writer makes a new one; the history
  /// of runs is lost. Not to be done while another process uses the catalog.
  package func discardFile() throws(LakeError) {
    close()
    for suffix in ["", "-wal", "-shm"] {
      let name = path + suffix
      if try fileSystem.status(of: name, followLinks: false) != nil {
        try fileSystem.removeFile(name)
      }
    }
    try fileSystem.syncDirectory(workspace.layout.catalogDirectory)
  }
}

extension CatalogSession {
  /// Forgets everything that can be made anew from files, logs and definitions. What only the
  /// catalog knows stays: runs, jobs and lineage.
  package func forgetDerived() throws(LakeError) {
    for table in ["tables", "rejects", "definitions", "databases"] {
      try connection.run("DELETE FROM \(table)")
    }
  }

  /// What only the catalog knows, as lines of JSON: comments, marks of personal data, runs and what
  /// became of their jobs.
  package func history() throws(LakeError) -> [String] {
    var lines: [String] = []
    for table in try tables() where table.comment != nil || table.isPersonal != nil {
      lines.append(
        FlatJSON.text([
          ("kind", "table"), ("table", table.name.description), ("comment", table.comment),
          ("personal", table.isPersonal.map { String($0) }),
        ]))
    }
    for run in try runs(limit: -1).reversed() {
      lines.append(
        FlatJSON.text([
          ("kind", "run"), ("uuid", run.uuid), ("pipeline", run.pipeline),
          ("state", run.state.rawValue), ("started_at", String(run.startedAt)),
          ("finished_at", run.finishedAt.map { String($0) }),
          ("engine_version", run.engineVersion), ("error", run.error?.message),
        ]))
      for job in try jobRuns(of: run.id) { lines.append(CatalogSession.line(job, of: run)) }
    }
    return lines
  }

  private static func line(_ job: JobRunRecord, of run: RunRecord) -> String {
    FlatJSON.text([
      ("kind", "job"), ("run", run.uuid), ("table", job.table.description),
      ("attempt", String(job.attempt)), ("state", job.state.rawValue), ("reason", job.reason),
      ("seconds", String(job.seconds)), ("rows_read", String(job.rowsRead)),
      ("rows_written", String(job.rowsWritten)), ("rows_rejected", String(job.rowsRejected)),
      ("rows_withheld", String(job.rowsWithheld)), ("bytes_written", String(job.bytesWritten)),
      ("version", job.version.map { String($0) }), ("error", job.error?.message),
    ])
  }
}
