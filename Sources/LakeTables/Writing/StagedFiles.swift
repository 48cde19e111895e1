import LakeCore

/// A data file that waits to be published.
package struct StagedFile: Sendable {
  /// The name that it has in the staging folder.
  package let name: String
  package let summary: DataFileSummary
  /// Nil in a table without partitions.
  package let partition: Partition?
  /// What it is, where it is the very file that another program has written: nobody knows who else
  /// has it open.
  var foreign: FileStatus?

  /// The path that it gets below the table's root as a part of a version. The version is in the
  /// name, and may be a later one than that at which the writing began; in tables of others, whose
  /// names are not ours to give, the id of the write too.
  func path(part: Int, version: Int, writeID: String?) -> String {
    let name = DataFileName.make(part: part, version: version, writeID: writeID)
    return partition.map { Path.join($0.directory, name) } ?? name
  }
}

/// The files of a finished write: durable, and not yet part of the table. They are removed if
/// nobody publishes them. Used by one thread at a time.
package final class StagedFiles {
  let table: any LoggedTable
  let base: Snapshot?
  let request: WriteRequest
  let folder: StagingFolder
  package let files: [StagedFile]
  package let rowsWritten: Int
  /// Nil where the write had no checker.
  package let proof: CheckProof?

  init(
    table: any LoggedTable, base: Snapshot?, request: WriteRequest, folder: StagingFolder,
    files: [StagedFile], rowsWritten: Int, proof: CheckProof?
  ) {
    self.table = table
    self.base = base
    self.request = request
    self.folder = folder
    self.files = files
    self.rowsWritten = rowsWritten
    self.proof = proof
  }

  deinit {
    folder.remove()
  }

  package var byteCount: Int { files.reduce(0) { $0 + $1.summary.byteCount } }

  /// The version that these files become if they are published, and nobody was faster.
  package var version: Int { (base?.version ?? -1) + 1 }

  /// Throws where a file that was taken over is not what was checked any more.
  func requireUntouched() throws(LakeError) {
    for file in files {
      guard let then = file.foreign else { continue }
      let path = Path.join(folder.path, file.name)
      let now = try table.fileSystem.status(of: path, followLinks: false)
      guard now?.isUnchanged(since: then) == true else { throw OfferedFile.changed(path) }
    }
  }

  /// Gives the files up.
  package func discard() {
    folder.remove()
  }
}
