import LakeCore

/// What somebody wants to become of a table: on top of which version, with which files.
package struct ProposedChange {
  /// The version that it was made for; nil where there is no table yet.
  var base: Snapshot?
  let kind: Kind
  /// Where the files are, and the entry while it is written.
  let folder: StagingFolder

  enum Kind {
    /// Rows that were written.
    case rows(StagedFiles)
    /// The table as it was after an earlier version.
    case restore(Snapshot)
    /// What the table is: columns, settings. No row is touched.
    case metadata(TableMetadata)
  }

  /// The version that it becomes.
  var version: Int { (base?.version ?? -1) + 1 }

  var staged: StagedFiles? { if case .rows(let files) = kind { files } else { nil } }
  var proof: CheckProof? { staged?.proof }
  var rowsWritten: Int {
    switch kind {
    case .rows(let files): files.rowsWritten
    case .restore(let snapshot): snapshot.rowCount ?? 0
    case .metadata: 0
    }
  }
  var byteCount: Int { staged?.byteCount ?? 0 }

  // MARK: - Proof

  /// Refuses rows of which no check says that they keep what the table declares.
  func requireProof(of table: any LoggedTable, revalidates: Bool) throws(LakeError) {
    switch kind {
    case .rows(let staged): try requireProof(staged, of: table, revalidates: revalidates)
    case .restore(let snapshot):
      // Earlier rows may be those of people who have withdrawn since.
      if snapshot.contract?.isGoverned == true || base?.contract?.isGoverned == true {
        throw LakeError(
          .consentViolation,
          "earlier rows of \(table.label) are under consent, and were not checked again")
      }
    case .metadata(let metadata):
      if metadata.configuration[TableContract.key] != base?.contract?.text {
        throw LakeError(
          .internal, "what \(table.label) declares about its rows cannot change without a check")
      }
    }
  }

  private func requireProof(
    _ staged: StagedFiles, of table: any LoggedTable, revalidates: Bool
  ) throws(LakeError) {
    guard let contract = staged.request.contract else {
      if let old = base?.contract, old.isGoverned {
        throw LakeError(
          .consentViolation,
          "\(table.label) is under a consent policy, and the new version declares none")
      }
      return
    }
    guard let proof = staged.proof, proof.contract == contract else {
      throw LakeError(
        .invalidInput, "the rows for \(table.label) were not checked against what it declares",
        hint: "Nothing was published. This is a bug: please report it.")
    }
    guard proof.rowsOut == staged.rowsWritten else {
      throw LakeError(
        .internal,
        "\(proof.rowsOut) rows for \(table.label) were checked and "
          + "\(staged.rowsWritten) were written")
    }
    if contract.isGoverned, !revalidates {
      throw LakeError(
        .internal, "the consent for \(table.label) would not be looked at before the commit")
    }
  }

  // MARK: - Conflicts

  /// The same change on top of the latest version; nil where it cannot be put there, since it was
  /// made for rows that are others now.
  ///
  /// An append stands beside whatever rows there are, unless keys had to be looked up among them.
  /// Files that are only arranged otherwise must still be there. Everything else is done again by
  /// whoever asked for it.
  func rebased(_ table: any LoggedTable) throws(LakeError) -> ProposedChange? {
    guard let base, case .rows(let staged) = kind, let latest = try table.latestSnapshot(),
      latest.version > base.version, latest.metadata == base.metadata,
      latest.tableProtocol == base.tableProtocol, latest.uncheckedSince == base.uncheckedSince
    else { return nil }
    switch staged.request.change {
    case .append where !staged.request.dependsOnRows: break
    case .rearrange(let paths):
      // Rows of a file may have gone while the file stayed.
      let keys = base.files.filter { paths.contains($0.path) }.map(\.key)
      guard Set(keys).isSubset(of: latest.files.map(\.key)) else { return nil }
    case .append, .overwrite, .overwritePartitions, .rewrite: return nil
    }
    var rebased = self
    rebased.base = latest
    return rebased
  }
}
