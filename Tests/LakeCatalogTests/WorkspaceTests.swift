import LakeCatalog
import LakeCore
import LakeTestSupport
import Testing

@Suite struct WorkspaceTests {
  @Test func workspaceIsFoundFromBelow() throws {
    let test = try TestWorkspace()
    try test.directory.write("{}", to: "lake/landing/a/b/c.json")
    let found = try Workspace.find(
      from: test.directory.file("lake/landing/a/b"), in: LocalFileSystem())
    #expect(found == test.workspace)
    #expect(found?.marker.name == "test")
  }

  @Test func directoryWithoutMarkerIsNone() throws {
    let directory = try TemporaryDirectory()
    #expect(try Workspace.find(from: directory.path, in: LocalFileSystem()) == nil)
    let error = #expect(throws: LakeError.self) {
      try Workspace.require(from: directory.path, in: LocalFileSystem())
    }
    #expect(error?.code == .notFound)
  }

  @Test func newerFormatIsRefused() throws {
    let test = try TestWorkspace()
    try test.directory.write(
      #"{"id": "a", "name": "x", "format": 2}"#, to: "catalog/workspace.json")
    let error = #expect(throws: LakeError.self) {
      try Workspace.find(from: test.directory.path, in: LocalFileSystem())
    }
    #expect(error?.code == .unsupported)
  }

  @Test(arguments: ["", "{", "[]", #"{"id": "a"}"#, #"{"id": "a", "format": {}}"#])
  func damagedMarkerIsRefused(text: String) throws {
    let test = try TestWorkspace()
    try test.directory.write(text, to: "catalog/workspace.json")
    let error = #expect(throws: LakeError.self) {
      try Workspace.find(from: test.directory.path, in: LocalFileSystem())
    }
    #expect(error?.code == .corruptData)
  }

  @Test func secondCreationIsRefusedAndChangesNothing() throws {
    let test = try TestWorkspace()
    let before = try test.directory.read("catalog/workspace.json")
    let error = #expect(throws: LakeError.self) {
      try Workspace.create(at: test.directory.path, in: LocalFileSystem())
    }
    #expect(error?.code == .alreadyExists)
    #expect(try test.directory.read("catalog/workspace.json") == before)
  }

  @Test func creationThatFailsAnywhereLeavesNoWorkspace() throws {
    var operation = 0
    while true {
      let directory = try TemporaryDirectory()
      let faulty = FaultInjectingFileSystem(
        LocalFileSystem(), fault: .stop, at: operation)
      do {
        _ = try Workspace.create(at: directory.path, in: faulty)
        break
      } catch {
        // A later one completes it; unless only the last sync was missing.
        if try Workspace.find(from: directory.path, in: LocalFileSystem()) == nil {
          _ = try Workspace.create(at: directory.path, in: LocalFileSystem())
        }
        #expect(try Workspace.find(from: directory.path, in: LocalFileSystem()) != nil)
      }
      operation += 1
    }
    #expect(operation > 10)
  }

  @Test func flatJSONReadsWhatItWrites() throws {
    let members = ["a": "1", "b \"c\"\\": "\u{1}\n\té😀", "": ""]
    #expect(FlatJSON.members(of: FlatJSON.text(members)) == members)
    #expect(
      FlatJSON.members(of: #" { "a" : 1.5 , "b":true,"c":null,"d":"\ud83d\ude00\/" } "#)
        == ["a": "1.5", "b": "true", "d": "😀/"])
    for broken in ["{\"a\":}", "{\"a\":\"\\ud800\"}", "{} x", "{\"a\":1,}", "{\"a\":\"\\u12"] {
      #expect(FlatJSON.members(of: broken) == nil, "\(broken)")
    }
  }

  @Test func randomUUIDHasItsVersionAndVariant() {
    let text = Array(WorkspaceMarker.randomUUID())
    #expect(text.count == 36)
    #expect(text[14] == "4")
    #expect("89ab".contains(text[19]))
  }
}
