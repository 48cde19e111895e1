import Foundation
import Glibc
import LakeCore
import LakeTestSupport
import Testing

/// The simulated disk and the machine's answer the same operations alike, errors included.
@Suite("The simulated disk and the machine's")
struct SimulatedDiskDifferentialTests {
  @Test(arguments: 0..<40)
  func answerTheSameOperationsAlike(_ seed: UInt64) throws {
    let directory = try TemporaryDirectory()
    let simulated = SimulatedDisk()
    try simulated.makeDirectories(directory.path)
    let disks: [any FileSystem] = [LocalFileSystem(), simulated]
    let sides = disks.map { Side($0, directory.path) }
    var random = SeededRandom(seed: seed)
    var story: [String] = []
    for _ in 0..<150 {
      let step = DiskStep(&random)
      story.append("\(step)")
      let answers = sides.map { $0.run(step) }
      guard answers[0] == answers[1] else {
        Issue.record("seed \(seed): \(answers)\n\(story.joined(separator: "\n"))")
        return
      }
    }
    for side in sides { side.releaseAll() }
    #expect(sides[0].tree() == sides[1].tree(), "seed \(seed)")
  }
}

/// One operation on a few names.
private struct DiskStep: CustomStringConvertible {
  enum Kind: CaseIterable {
    case create, read, status, lookAtLink, resolve, list, makeDirectory, removeFile
    case removeDirectory, rename, link, exchange, syncDirectory, lock, release, symbolicLink
    case hold, readHeld
  }

  private static let paths = [
    "a", "b", "c", "a/x", "a/y", "b/x", "b/y", "a/d", "a/d/x", "a/d/e", "b/../c", "./a/x", "a/.",
    "c/x", "c/d/y", String(repeating: "n", count: 256),
  ]
  private static let destinations = ["a", "b/x", "../b", "x", "c", "nowhere", "d/e"]

  var kind: Kind
  var path: String
  var other: String
  var number: Int

  init(_ random: inout SeededRandom) {
    kind = random.pick(Kind.allCases + [.makeDirectory, .create, .rename, .link])
    let last = kind == .create || random.chance(20) ? Self.paths.count : Self.paths.count - 1
    path = Self.paths[random.below(last)]
    other = kind == .symbolicLink ? random.pick(Self.destinations) : random.pick(Self.paths)
    number = random.below(50)
  }

  var description: String { "\(kind) \(path) \(other) \(number)" }
}

/// One of the two disks, with the locks and files that are held on it.
private final class Side {
  private let disk: any FileSystem
  private let root: String
  private var locks: [any FileLock] = []
  private var held: (any ReadableFile)?

  init(_ disk: any FileSystem, _ root: String) {
    self.disk = disk
    self.root = root
  }

  func releaseAll() {
    for lock in locks { lock.release() }
    locks = []
  }

  func run(_ step: DiskStep) -> String {
    let (path, other) = ("\(root)/\(step.path)", "\(root)/\(step.other)")
    do throws(LakeError) {
      switch step.kind {
      case .create:
        let file = try disk.create(path)
        try file.write(String(repeating: "w", count: step.number))
        try file.sync()
        try file.close()
      case .read: return try read(try disk.openForReading(path))
      case .status: return shown(try disk.status(of: path, followLinks: true))
      case .lookAtLink: return shown(try disk.status(of: path, followLinks: false))
      case .resolve: return try disk.resolve(path)
      case .list: return try disk.list(path).joined(separator: " ")
      case .makeDirectory: try disk.makeDirectory(path)
      case .removeFile: try disk.removeFile(path)
      case .removeDirectory: try disk.removeDirectory(path)
      case .rename: try disk.rename(path, to: other)
      case .link: try disk.link(path, to: other)
      case .exchange: try disk.exchange(path, with: other)
      case .syncDirectory: try disk.syncDirectory(path)
      case .lock: locks.append(try disk.lock(path, waitingMilliseconds: 0))
      case .release: if !locks.isEmpty { locks.removeFirst().release() }
      case .symbolicLink: try link(path, to: step.other)
      case .hold: held = try disk.openForReading(path)
      case .readHeld: if let held { return try read(held) }
      }
    } catch {
      return "\(error.code), \(error.systemErrorNumber ?? 0): \(error.message)"
    }
    return "done"
  }

  private func link(_ path: String, to destination: String) throws(LakeError) {
    if let simulated = disk as? SimulatedDisk {
      return try simulated.makeSymbolicLink(path, to: destination)
    }
    guard symlink(destination, path) == 0 else {
      throw LakeError.system(errno, call: "symlink", action: "make the link", at: .file(path))
    }
  }

  private func read(_ file: any ReadableFile) throws(LakeError) -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return "" }
    let count = try file.read(into: base, count: buffer.count, at: 1)
    return "\(try file.status().size) bytes, " + String(decoding: buffer[..<count], as: UTF8.self)
  }

  private func shown(_ status: FileStatus?) -> String {
    guard let status else { return "nothing" }
    return status.kind == .file ? "a file of \(status.size)" : "\(status.kind)"
  }

  /// Each path with its kind, its size, and the first path that names the same thing.
  func tree() -> [String] {
    var firstNames: [UInt64: String] = [:]
    var lines: [String] = []
    func walk(_ path: String) {
      guard let status = try? disk.status(of: path, followLinks: false) else { return }
      let first = firstNames[status.inode] ?? path
      firstNames[status.inode] = first
      lines.append("\(path) \(shown(status)) \(first)")
      guard status.kind == .directory, let names = try? disk.list(path) else { return }
      for name in names { walk("\(path)/\(name)") }
    }
    walk(root)
    return lines
  }
}
