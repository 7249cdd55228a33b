internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

// MARK: - What the database and the metadata say when all is done

extension Preparation {
    /// The paths that go, without the directories in which something stays.
    func goingPaths() throws(RootError) -> Set<[UInt8]> {
        let tree = plan.tree
        var view = RootView(root, state)
        var going = Set(tree.removedFirst.files + tree.removedLast.files)
        // The deepest first, so that those in a directory are known before it.
        let directories = tree.removedFirst.directories + tree.removedLast.directories
        for path in directories.sorted(by: { $1.lexicographicallyPrecedes($0) }) {
            let names: [[UInt8]]
            do throws(RootError) { names = try view.names(in: path) } catch {
                // To be removed it need not be readable.
                guard error.systemError == EACCES else { throw error }
                continue
            }
            if names.allSatisfy({ going.contains(joined(path, $0)) }) { going.insert(path) }
        }
        return going
    }

    /// Whether apk's database tells of what comes; else files are only extracted.
    var isRecorded: Bool { plan.tree[joined(plan.databaseDirectory, "installed".utf8)] != nil }

    /// Remembers devices that stay though their package goes, as files that a person changed do.
    mutating func disownDevices() throws(RootError) {
        guard isRecorded, !metadata.isEmpty else { return }
        var view = RootView(root, state)
        let unlisted = try metadata.unlistedDevices(plan.database, &view)
        metadata.disown(unlisted.filter { plan.tree[$0] == nil })
    }

    /// Writes the metadata if it changes.
    mutating func addMetadata() throws(RootError) {
        guard metadata != state.metadata || (plan.isDatabaseMoved && !metadata.isEmpty) else { return }
        let path = joined(plan.databaseDirectory, RootMetadata.fileName)
        touch(parentOf: path)
        guard !metadata.isEmpty else {
            journal.steps.append(.removeFile(path))
            return
        }
        var view = RootView(root)
        var directory: [UInt8] = []
        for component in parentPath(path).split(separator: UInt8(ascii: "/")) {
            directory = joined(directory, component)
            if let node = plan.tree.table[directory] {
                guard node.kind == .directory else {
                    throw RootError(
                        .typeConflict, path: directory, package: node.owner ?? "",
                        detail: String(decoding: path, as: UTF8.self))
                }
                continue
            }
            if try view.kind(of: directory) == nil {
                touch(parentOf: directory)
                touchedDirectories.insert(directory)
            }
            journal.steps.append(.makeDirectory(directory, mode: 0o755))
        }
        do throws(SystemFailure) {
            let number = try stage.createFile(metadata.text, mode: 0o644, seconds: plan.time)
            journal.steps.append(.place(stage.name(of: number), path))
        } catch {
            throw RootError(error, path: path)
        }
    }

    /// The database that there is, and that which comes in its place.
    func databaseChange() throws(RootError) -> Journal.Database? {
        var view = RootView(root)
        let path = joined(plan.databaseDirectory, "installed".utf8)
        guard case .bytes(let new)? = plan.tree[path]?.content, let old = try view.content(of: path) else { return nil }
        return Journal.Database(
            path: path, before: try Journal.Database.digest(of: old),
            after: try Journal.Database.digest(of: new))
    }
}
