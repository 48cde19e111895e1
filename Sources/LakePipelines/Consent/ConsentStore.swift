import LakeCore

/// What consent has to remember between runs, in `catalog/consent/`: files that outlive the
/// catalog.
///
///     secret                  the key of all hashes below; nothing here names a person
///     <policy>.state          the epoch that the last run established, and what it was made of
///     <policy>.ambiguous      hashes of aliases that named several people once
///     dropped-policies.ndjson what DROP CONSENT POLICY took away
///     <policy>.<epoch>        hashes of the keys and aliases that were granted in an epoch
///
/// All are lines of text, written whole (`AtomicFileWriter`).
package struct ConsentStore: Sendable {
  let directory: String
  let fileSystem: any FileSystem
  private let secret: SHA256Key

  private static let bytesMax = 1 << 30

  package init(layout: WorkspaceLayout, fileSystem: any FileSystem) throws(LakeError) {
    directory = layout.consentDirectory
    self.fileSystem = fileSystem
    secret = SHA256Key(try ConsentStore.secret(in: layout.consentDirectory, fileSystem))
  }

  /// What the last run found out about a policy.
  package struct State: Sendable, Equatable {
    package var policyHash: String
    /// Of the files of the table of subjects.
    package var filesHash: String
    package var epoch: String
    /// The moment at which a grant that lay in the future begins to count; nil where there is none.
    package var nextGrant: Int64?
    package var subjects: Int
    package var granted: Int
  }

  package func state(of policy: ConsentPolicy) throws(LakeError) -> State? {
    guard let lines = try lines(of: policy.fileName + ".state") else { return nil }
    var values: [Substring: Substring] = [:]
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    guard let policyHash = values["policy"], let filesHash = values["files"],
      let epoch = values["epoch"], let subjects = values["subjects"].flatMap({ Int($0) }),
      let granted = values["granted"].flatMap({ Int($0) })
    else { return nil }
    return State(
      policyHash: String(policyHash), filesHash: String(filesHash), epoch: String(epoch),
      nextGrant: values["next"].flatMap { Int64($0) }, subjects: subjects, granted: granted)
  }

  func save(_ state: State, of policy: ConsentPolicy) throws(LakeError) {
    var lines = [
      "policy \(state.policyHash)", "files \(state.filesHash)", "epoch \(state.epoch)",
      "subjects \(state.subjects)", "granted \(state.granted)",
    ]
    if let next = state.nextGrant { lines.append("next \(next)") }
    try write(lines, to: policy.fileName + ".state")
  }

  /// The hashes of everything that was granted in an epoch, one set for each of the policy's key
  /// columns; nil where the epoch is not known.
  func granted(in epoch: String, of policy: ConsentPolicy) throws(LakeError) -> [Set<UInt64>]? {
    guard let lines = try lines(of: policy.fileName + "." + epoch) else { return nil }
    var columns = policy.keyColumns.map { _ in Set<UInt64>() }
    for line in lines {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let column = Int(parts[0]), columns.indices.contains(column),
        let hash = UInt64(parts[1], radix: 16)
      else { continue }
      columns[column].insert(hash)
    }
    return columns
  }

  func saveGranted(
    _ columns: [[UInt64]], in epoch: String, of policy: ConsentPolicy
  ) throws(LakeError) {
    let lines = columns.enumerated().flatMap { column, hashes in
      hashes.sorted().map { "\(column) \(TextHash.hex($0))" }
    }
    try write(lines, to: policy.fileName + "." + epoch)
  }

  func ambiguous(of policy: ConsentPolicy) throws(LakeError) -> Set<UInt64> {
    try hashes(in: policy.fileName + ".ambiguous") ?? []
  }

  func saveAmbiguous(_ hashes: Set<UInt64>, of policy: ConsentPolicy) throws(LakeError) {
    try write(hashes.sorted().map(TextHash.hex), to: policy.fileName + ".ambiguous")
  }

  /// The policies that runs have applied, by their file names.
  func policiesWithState() throws(LakeError) -> [String] {
    try fileSystem.list(directory).filter { $0.hasSuffix(".state") }
      .map { String($0.dropLast(".state".count)) }
  }

  /// The names of policies that DROP CONSENT POLICY took away, in lower case.
  func droppedPolicies() throws(LakeError) -> Set<String> {
    guard let lines = try lines(of: ConsentStore.dropLog) else { return [] }
    var names: Set<String> = []
    for line in lines {
      if let name = try JSONValue(parsing: Array(line.utf8))["policy"]?.text {
        names.insert(name.lowercased())
      }
    }
    return names
  }

  /// Forgets that a policy was applied, when it is dropped. What was granted and what was ambiguous
  /// stays, for audits and for the policy's return.
  package func forget(_ policy: ConsentPolicy) throws(LakeError) {
    let path = Path.join(directory, policy.fileName + ".state")
    guard try fileSystem.status(of: path, followLinks: false) != nil else { return }
    try fileSystem.removeFile(path)
    try fileSystem.syncDirectory(directory)
  }

  /// The file in `catalog/consent/` to which DROP CONSENT POLICY adds a line.
  package static let dropLog = "dropped-policies.ndjson"

  /// Stands for a key of a person where it must not be readable.
  func hash(_ key: String, column: Int) -> UInt64 {
    let digest = secret.authenticate([UInt8(truncatingIfNeeded: column)] + key.utf8)
    return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func hashes(in name: String) throws(LakeError) -> Set<UInt64>? {
    guard let lines = try lines(of: name) else { return nil }
    return Set(lines.compactMap { UInt64($0, radix: 16) })
  }

  private func lines(of name: String) throws(LakeError) -> [Substring]? {
    let path = Path.join(directory, name)
    guard try fileSystem.status(of: path, followLinks: true) != nil else { return nil }
    let bytes = try fileSystem.readWhole(path, limit: ConsentStore.bytesMax)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  private func write(_ lines: [String], to name: String) throws(LakeError) {
    try ConsentStore.write(lines, to: Path.join(directory, name), fileSystem)
  }

  private static func write(
    _ lines: [String], to path: String, _ fileSystem: any FileSystem
  ) throws(LakeError) {
    try fileSystem.makeDirectories(Path.directory(of: path))
    let writer = try AtomicFileWriter(path: path, fileSystem: fileSystem)
    var failure: LakeError?
    var text = lines.map { $0 + "\n" }.joined()
    text.withUTF8 { bytes in
      do throws(LakeError) { try writer.write(UnsafeRawBufferPointer(bytes)) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    try writer.commit()
  }

  private static func secret(
    in directory: String, _ fileSystem: any FileSystem
  ) throws(LakeError) -> [UInt8] {
    let path = Path.join(directory, "secret")
    if try fileSystem.status(of: path, followLinks: true) == nil {
      let exists = try fileSystem.status(of: directory, followLinks: true) != nil
      let names = exists ? try fileSystem.list(directory) : []
      if names.contains(where: { $0.hasSuffix(".ambiguous") }) {
        throw LakeError(
          .corruptData, "the secret of the consent records is gone", at: .file(path),
          hint: "Restore the file from a backup. Without it, what was remembered of shared keys "
            + "cannot be matched; who removes the whole directory begins anew.")
      }
      var generator = SystemRandomNumberGenerator()
      let made = (0..<4).map { _ in TextHash.hex(generator.next()) }.joined()
      try write([made], to: path, fileSystem)
    }
    let bytes = try fileSystem.readWhole(path, limit: 4096).filter { $0 != UInt8(ascii: "\n") }
    guard bytes.count >= 32 else {
      throw LakeError(
        .corruptData, "the secret of the consent records is too short", at: .file(path),
        hint: "Restore the file from a backup. Without it, what was remembered of people who "
          + "withdrew cannot be matched.")
    }
    return bytes
  }
}

extension ConsentPolicy {
  /// The policy's name as the beginning of a file's.
  var fileName: String {
    String(
      name.lowercased().unicodeScalars.map { scalar in
        let isPlain =
          scalar.isASCII && scalar.properties.isAlphabetic
          || ("0"..."9").contains(scalar) || scalar == "_"
        return isPlain ? Character(scalar) : "-"
      })
  }
}
