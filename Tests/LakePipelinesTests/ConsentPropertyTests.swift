import LakeCore
import LakePipelines
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Consent of random people")
struct ConsentPropertyTests {
  /// A pipeline of renamed keys, expressions, unions and aggregates over people's readings.
  private static let pipeline = """
    CREATE TABLE trusted.reading (CONSENT research BY (user = email) ON VIOLATION REMOVE)
    AS SELECT user, at, x FROM landing.reading;
    CREATE TABLE trusted.renamed (CONSENT research BY (who = email))
    AS SELECT user AS who, x + 1 AS y FROM trusted.reading WHERE x >= 0;
    CREATE TABLE trusted.both (CONSENT research BY (person = email))
    AS SELECT user AS person, x FROM trusted.reading
    UNION ALL SELECT who, y FROM trusted.renamed;
    CREATE TABLE trusted.step (CONSENT research BY (serial) ON VIOLATION REMOVE)
    AS SELECT serial, distance FROM landing.step;
    CREATE TABLE curated.hidden (CONSENT research BY (user = email))
    AS SELECT x FROM trusted.reading;
    CREATE TABLE curated.total (CONSENT research AGGREGATE)
    AS SELECT count(*) c, coalesce(sum(x), 0) s FROM trusted.reading;
    """

  private struct Record {
    var email: String
    var serial: String
    var order: Int?
    var agreed: Int?

    var json: String {
      let order = order.map { #","at":\#($0)"# } ?? ""
      let agreed = agreed.map { #","agreed":\#($0)"# } ?? ""
      return #"{"email":"\#(email)","serial":"\#(serial)"\#(order)\#(agreed)}"#
    }
  }

  /// Who is granted, worked out one person at a time.
  private func granted(_ records: [Record], byLatest: Bool) -> Set<String> {
    func grants(_ record: Record) -> Bool {
      record.agreed.map { $0 > 0 && $0 < 4_000_000_000_000 } ?? false
    }
    var answer: Set<String> = []
    for email in Set(records.map(\.email)) {
      let own = records.filter { $0.email == email }
      if !byLatest {
        if own.allSatisfy(grants) { answer.insert(email) }
        continue
      }
      let orders = own.compactMap(\.order)
      guard orders.count == own.count, let newest = orders.max() else { continue }
      if own.filter({ $0.order == newest }).allSatisfy(grants) { answer.insert(email) }
    }
    return answer
  }

  @Test(
    "every version that is published holds the people who are granted and nobody else",
    arguments: 1...6)
  func property(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let byLatest = seed % 2 == 0
    let test = try TestWorkspace(
      policy: """
        CREATE CONSENT POLICY research ON landing.customer SUBJECT email ALSO KNOWN AS serial
          \(byLatest ? "RECORDS LATEST BY at" : "") GRANTED SINCE agreed EPOCH MILLIS
          COVERS landing.reading (user = email), landing.step (serial)
        """, pipeline: Self.pipeline)
    let readings = (0..<40).map { (user: "p\($0 % 13)", x: $0) }
    try test.write(
      "lake/landing/reading/1.json", readings.map { #"{"user":"\#($0.user)","at":3,"x":\#($0.x)}"# }
    )
    try test.write(
      "lake/landing/step/1.json", (0..<12).map { #"{"serial":"s\#($0)","distance":7,"at":1}"# })
    let agreed: [Int?] = [nil, 0, -1, 1, 7, 1_700_000_000_000, 5_000_000_000_000, 3, 4]
    // Once shared, a serial number never names anybody again.
    var shared: Set<String> = []
    for _ in 0..<4 {
      let records = (0..<24).map { _ in
        Record(
          email: "p\(random.next() % 12)", serial: "s\(random.next() % 10)",
          order: random.next() % 12 == 0 ? nil : Int(random.next() % 5),
          agreed: agreed[Int(random.next() % UInt64(agreed.count))])
      }
      try test.write("lake/landing/customer/1.json", records.map(\.json))
      try test.runWell()
      let people = granted(records, byLatest: byLatest)
      let own = readings.filter { people.contains($0.user) }
      #expect(try test.users() == own.map(\.user).sorted())
      #expect(
        try test.rows("SELECT person, x FROM trusted.both")
          == own.flatMap { ["\($0.user)|\($0.x)", "\($0.user)|\($0.x + 1)"] }.sorted())
      #expect(try test.rows("SELECT x FROM curated.hidden") == own.map { "\($0.x)" }.sorted())
      #expect(
        try test.rows("SELECT c, s FROM curated.total")
          == ["\(own.count)|\(own.reduce(0) { $0 + $1.x })"])
      var holders: [String: Set<String>] = [:]
      for record in records { holders[record.serial, default: []].insert(record.email) }
      shared.formUnion(holders.filter { $0.value.count > 1 }.keys)
      let serials = holders.filter { !shared.contains($0.key) && $0.value.isSubset(of: people) }
      #expect(try test.rows("SELECT serial FROM trusted.step") == serials.keys.sorted())
      #expect(try test.workspace.audit().allSatisfy { $0.verdict.isFine })
    }
  }
}
