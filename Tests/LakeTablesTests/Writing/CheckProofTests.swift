import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// A checker that keeps even numbers, by the hidden third column.
private final class EvenChecker: RowChecker {
  let contract: TableContract
  var batches = 0

  init(_ contract: TableContract) {
    self.contract = contract
  }

  func check(_ batch: Batch) throws -> Selection? {
    batches += 1
    let rows = try Buffer(byteCount: batch.rowCount * 4, tracker: nil)
    var count = 0
    for row in 0..<batch.rowCount {
      guard case .int(let id) = batch.columns[2].value(at: row), id % 2 == 0 else { continue }
      rows.pointer(as: UInt32.self)[count] = UInt32(row)
      count += 1
    }
    return Selection(rows: rows, count: count)
  }

  func finish() throws -> CheckSummary {
    CheckSummary(
      contract: contract, policyHash: "p1", consentEpoch: "e1", withheldRows: 2)
  }
}

@Suite("No commit without a proof")
struct CheckProofTests {
  private static let governed = TableContract(text: #"{"governed":true,"consent":["research"]}"#)
  private static let constrained = TableContract(text: #"{"governed":false,"checks":["id > 0"]}"#)
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  private func stage(
    _ contract: TableContract, checkedAs checked: TableContract? = nil
  ) throws -> StagedFiles {
    let request = fixture.request(
      contract: contract, checker: EvenChecker(checked ?? contract))
    let write = try fixture.table().beginWrite(request, format: FakeFormat())
    try write.append(try fixture.batch(0..<5, hidden: true))
    return try write.finish()
  }

  @Test func theCheckerSeesHiddenColumnsAndDecidesWhichRowsAreKept() throws {
    let table = try fixture.table()
    let report = try #require(
      try table.publish(
        try stage(Self.governed), PublishRequest(revalidate: { true })
      ).report)
    #expect(report.rows == 3)
    #expect(report.proof?.rowsIn == 5)
    #expect(report.proof?.rowsOut == 3)
    #expect(report.proof?.withheldRows == 2)
    #expect(
      try fixture.publishedLines(table) == [0, 2, 4].map { "int(\($0))|string(\"a\($0)\")" })
    let info = try table.snapshot().commitInfo
    #expect(info.policyHash == "p1")
    #expect(info.consentEpoch == "e1")
    #expect(info.contractHash == Self.governed.hash)
    #expect(try table.snapshot().contract == Self.governed)
    #expect(try table.snapshot().contract?.isGoverned == true)
  }

  @Test func aContractWithoutACheckerIsRefused() throws {
    #expect(throws: LakeError.self) {
      _ = try fixture.table().beginWrite(
        fixture.request(contract: Self.constrained), format: FakeFormat())
    }
  }

  @Test func aProofOfAnotherContractIsRefused() throws {
    let table = try fixture.table()
    let staged = try stage(Self.governed, checkedAs: Self.constrained)
    #expect(throws: LakeError.self) {
      try table.publish(staged, PublishRequest(revalidate: { true }))
    }
    #expect(try !table.exists)
    #expect(try fixture.names(in: table.root + "/_staging").isEmpty)
  }

  @Test func aGovernedCommitIsRefusedUnlessConsentIsLookedAtOnceMore() throws {
    let staged = try stage(Self.governed)
    #expect(throws: LakeError.self) { try fixture.table().publish(staged, PublishRequest()) }
    #expect(try !fixture.table().exists)
    #expect(
      try fixture.table().publish(try stage(Self.constrained), PublishRequest()).report != nil)
  }

  @Test func consentThatChangedMeanwhileStopsTheCommit() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<1)
    let before = try fixture.names(in: table.root)
    let outcome = try table.publish(
      try stage(Self.governed), PublishRequest(revalidate: { false }))
    guard case .stale = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try table.latestVersion() == 0)
    #expect(try fixture.names(in: table.root) == before)
    #expect(try fixture.names(in: table.root + "/_delta_log").count == 1)
    #expect(try fixture.publishedLines(table)?.count == 1)
  }

  @Test func consentIsLookedAtJustBeforeTheEntryIsLinked() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: fixture.directory.path)
    let table = try fixture.table(recording)
    let staged = try stage(Self.governed)
    let seen = Shared<[String]>([])
    _ = try table.publish(
      staged,
      PublishRequest(revalidate: {
        seen.set(recording.log)
        return true
      }))
    let next = recording.log[seen.value.count]
    #expect(next.hasPrefix("link ") && next.hasSuffix("00000000000000000000.json"))
  }

  @Test func anErrorWhileConsentIsLookedAtStopsTheCommit() throws {
    let table = try fixture.table()
    #expect(throws: LakeError.self) {
      try table.publish(
        try stage(Self.governed),
        PublishRequest(revalidate: { throw LakeError(.io, "the disk is gone") }))
    }
    #expect(try !table.exists)
    #expect(try fixture.names(in: table.root) == ["_delta_log", "_publish.lock", "_staging"])
  }

  @Test func aGovernedTableCannotLoseItsContract() throws {
    let table = try fixture.table()
    _ = try table.publish(try stage(Self.governed), PublishRequest(revalidate: { true }))
    let error = #expect(throws: LakeError.self) { try fixture.overwrite(table, 0..<1) }
    #expect(error?.message.contains("consent policy") == true)
    #expect(try table.latestVersion() == 0)
  }

  @Test func aContractThatCannotBeReadIsGoverned() {
    #expect(TableContract(text: "{").isGoverned)
    #expect(TableContract(text: "{}").isGoverned)
    #expect(!Self.constrained.isGoverned)
  }

  @Test func rowsThatAnotherProgramPutUnderConsentAreKeptFromReaders() throws {
    let table = try fixture.table()
    _ = try table.publish(try stage(Self.governed), PublishRequest(revalidate: { true }))
    let first = try table.snapshot()
    try first.requireChecked(table.name)
    try fixture.directory.write("int(9)", to: "lake/.tables/trusted/customer/stranger")
    try fixture.directory.write(
      """
      {"commitInfo":{"operation":"WRITE"}}
      {"add":{"path":"stranger","partitionValues":{},"size":6,"modificationTime":1,\
      "dataChange":true}}
      """, to: "lake/.tables/trusted/customer/_delta_log/" + LogFileName.entry(1))
    let second = try table.snapshot()
    #expect(second.uncheckedSince == 1)
    #expect(throws: LakeError.self) { try second.requireChecked(table.name) }
    // Nor are they published, whoever opens the table.
    _ = try ManagedTable.open(table.name, in: fixture.layout, fileSystem: LocalFileSystem())
    try table.recover()
    #expect(try fixture.names(in: table.publishedDirectory) == first.files.map(\.path))
    // A checked overwrite ends it.
    _ = try table.publish(try stage(Self.governed), PublishRequest(revalidate: { true }))
    #expect(try table.snapshot().uncheckedSince == nil)
    #expect(try table.snapshot().files.count == 1)
    #expect(try table.publishedDirectoryState() == .current)
  }

  @Test func aContractThatAnotherProgramTookAwayIsNoFreedom() throws {
    let table = try fixture.table()
    _ = try table.publish(try stage(Self.governed), PublishRequest(revalidate: { true }))
    let schema = DeltaSchema(TableFixture.schema).text
    let metadata = JSONValue.object([
      "metaData": .object([
        "id": .string("x"), "schemaString": .string(schema), "partitionColumns": .array([]),
        "configuration": .object([]),
      ])
    ])
    try fixture.directory.write(
      metadata.description,
      to: "lake/.tables/trusted/customer/_delta_log/" + LogFileName.entry(1))
    #expect(try table.snapshot().uncheckedSince == 1)
  }

  @Test func theLogOfAGovernedTableNamesNobody() throws {
    let table = try fixture.table()
    _ = try table.publish(try stage(Self.governed), PublishRequest(revalidate: { true }))
    let statistics = try #require(try table.snapshot().files.first?.statistics)
    #expect(statistics.minimums.map(\.name) == ["id"])
    _ = try table.drop()
    _ = try table.publish(try stage(Self.constrained), PublishRequest())
    let open = try #require(try table.snapshot().files.first?.statistics)
    #expect(open.minimums.map(\.name) == ["id", "email"])
  }
}
