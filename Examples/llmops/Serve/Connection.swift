#if CommandLine
    import Hummingbird
    import NIOCore
    import Synchronization

    /// Whether the client at the other end is still there.
    final class Presence: Sendable {
        private struct State {
            var isGone = false
            var callbacks: [Int: @Sendable () -> Void] = [:]
            var next = 0
        }

        private let state = Mutex(State())

        /// Runs `callback` when the client goes, at once if it has gone. Returns a number for ``forget(_:)``.
        func whenGone(_ callback: @escaping @Sendable () -> Void) -> Int {
            let (number, isGone) = state.withLock { state in
                state.next += 1
                if !state.isGone { state.callbacks[state.next] = callback }
                return (state.next, state.isGone)
            }
            if isGone { callback() }
            return number
        }

        func forget(_ number: Int) { state.withLock { _ = $0.callbacks.removeValue(forKey: number) } }

        func leave() {
            let callbacks = state.withLock { state in
                state.isGone = true
                defer { state.callbacks = [:] }
                return state.callbacks.values.map { $0 }
            }
            for callback in callbacks { callback() }
        }

        private static let all = Mutex<[ObjectIdentifier: Presence]>([:])

        /// The presence of a connection's client.
        static func of(_ channel: any Channel) -> Presence {
            all.withLock { $0[ObjectIdentifier(channel)] } ?? Presence()
        }

        fileprivate static func add(_ channel: any Channel) {
            all.withLock { $0[ObjectIdentifier(channel)] = Presence() }
        }

        fileprivate static func remove(_ channel: any Channel) {
            all.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }?.leave()
        }

        fileprivate static func left(_ channel: any Channel) {
            all.withLock { $0[ObjectIdentifier(channel)] }?.leave()
        }
    }

    /// Watches a connection, so that a client's going ends its requests, also those that write nothing yet.
    final class PresenceHandler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = Any
        typealias InboundOut = Any

        func handlerAdded(context: ChannelHandlerContext) { Presence.add(context.channel) }

        func handlerRemoved(context: ChannelHandlerContext) { Presence.remove(context.channel) }

        func channelInactive(context: ChannelHandlerContext) {
            Presence.remove(context.channel)
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            Presence.left(context.channel)
            context.fireErrorCaught(error)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed { Presence.left(context.channel) }
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// What travels with a request.
    struct ServeContext: RequestContext {
        var coreContext: CoreRequestContextStorage
        let presence: Presence
        /// Who asks; set when keys are demanded.
        var principal: String?

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            presence = Presence.of(source.channel)
        }
    }
#endif
