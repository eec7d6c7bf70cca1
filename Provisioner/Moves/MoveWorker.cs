namespace Provisioner.Moves;

/// <summary>Who acts on a move: the later operation counts, and of one operation the later worker.</summary>
/// <param name="Operation">An id that grows with time (UUID version 7).</param>
/// <param name="Epoch">Grows with each worker that takes the operation over.</param>
public readonly record struct MoveWorker(Guid Operation, long Epoch);
