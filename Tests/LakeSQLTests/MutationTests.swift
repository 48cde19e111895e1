import LakeCore
import LakeSQL
import LakeTestSupport
import Testing

@Suite struct MutationTests {
  @Test(arguments: 0..<4 as Range<UInt64>)
  func damagedStatementsAreReadOrRefused(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let corpus = Corpus.all.map { Array($0.utf8) }
    for _ in 0..<4000 {
      let text = String(decoding: damaged(random.pick(corpus), corpus, &random), as: UTF8.self)
      do {
        for statement in try SQLParser.parse(text) {
          #expect(statement.range.upperBound <= text.utf8.count)
          _ = statement.sql
        }
      } catch {
        // The place is in the text, and can be shown.
        #expect(error.place.flatMap { SourceText(text).excerpt($0) } != nil, "\(error)\n\(text)")
      }
    }
  }

  private func damaged(
    _ original: [UInt8], _ corpus: [[UInt8]], _ random: inout SeededRandom
  ) -> [UInt8] {
    var bytes = original
    for _ in 0...random.below(4) where !bytes.isEmpty {
      let place = random.below(bytes.count)
      switch random.below(6) {
      case 0: bytes[place] = UInt8(random.below(256))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(random.pick(Array("()[]'\"`,.;*-/ <>=|?".utf8)), at: place)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.below(20)))
      case 4:
        let other = random.pick(corpus)
        let start = random.below(other.count)
        bytes.insert(contentsOf: other[start...].prefix(random.below(30)), at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
