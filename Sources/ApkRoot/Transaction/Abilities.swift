#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What the process may give to files, tried on one of the stage's own before anything depends on it.
///
/// A superuser is not always one: in a user namespace with few numbers, as builders of images without privileges have
/// them, files cannot be given to the others; and some sandboxes forbid set-id bits.
struct Abilities {
    private let stage: Stage
    private var owners: [Journal.Owner: Bool] = [:]
    private var setsIDs: Bool?

    init(_ stage: Stage) { self.stage = stage }

    /// Whether files can be given to this user and group.
    mutating func canGive(_ owner: Journal.Owner) throws(SystemFailure) -> Bool {
        // To the system the largest number means "leave it as it is".
        guard owner.user < .max, owner.group < .max else { return false }
        if let known = owners[owner] { return known }
        let (number, _) = try stage.createFile(mode: 0o600)
        let name = StagedName.numbered(number)
        var isGiven = true
        do throws(SystemFailure) {
            try stage.directory.changeOwner(name, user: owner.user, group: owner.group)
        } catch {
            guard [EPERM, EINVAL].contains(error.number) else { throw error }
            isGiven = false
        }
        try stage.directory.remove(name)
        owners[owner] = isGiven
        return isGiven
    }

    /// Whether files can be made to run as their owner.
    var canSetIDs: Bool {
        mutating get {
            if let setsIDs { return setsIDs }
            var isSet = false
            if let (number, file) = try? stage.createFile(mode: 0o600) {
                isSet = (try? file.changeModeIfAllowed(0o6700)) ?? false
                try? stage.directory.remove(StagedName.numbered(number))
            }
            setsIDs = isSet
            return isSet
        }
    }
}
