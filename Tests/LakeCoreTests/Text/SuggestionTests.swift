import LakeCore
import Testing

@Suite("Suggestion")
struct SuggestionTests {
  static let words = ["bigint", "integer", "int", "double", "timestamp", "varchar", "map", "row"]

  @Test(arguments: [
    ("bigit", "bigint"), ("BIGINTT", "bigint"), ("itn", "int"), ("duoble", "double"),
    ("timestmap", "timestamp"), ("timetsampp", "timestamp"), ("vrchar", "varchar"), ("rwo", "row"),
  ])
  func findsWhatWasMeant(typed: String, meant: String) {
    #expect(Suggestion.nearest(to: typed, among: Self.words) == meant)
    #expect(Suggestion.hint(for: typed, among: Self.words) == "Did you mean '\(meant)'?")
  }

  @Test(arguments: [
    "", "x", "xyz", "blob", "geometry", "at", "tmstmp", String(repeating: "a", count: 1000),
  ])
  func staysSilentRatherThanGuess(typed: String) {
    #expect(Suggestion.nearest(to: typed, among: Self.words) == nil)
    #expect(Suggestion.hint(for: typed, among: Self.words) == nil)
  }

  @Test
  func prefersTheNearestAndThenTheFirst() {
    let equallyFar = ["cable", "cables", "fables", "table"]
    #expect(Suggestion.nearest(to: "tables", among: equallyFar) == "cables")
    #expect(Suggestion.nearest(to: "tables", among: ["cablez", "table"]) == "table")
  }
}
