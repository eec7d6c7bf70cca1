using System.Reflection;
using ControlPlane.Access;
using ControlPlane.Problems;
using MediatR;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard;

/// <summary>A page: sends requests as whoever has signed in, and shows the problem of one that is refused.</summary>
public abstract class DashboardPage : ComponentBase
{
    [Inject]
    public required IMediator Mediator { get; set; }

    [Inject]
    public required Caller Caller { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    /// <summary>What was refused; null when nothing was.</summary>
    protected ProblemException? Problem { get; private set; }

    /// <summary>Null, and a problem, when it is refused.</summary>
    protected async Task<TAnswer?> AskAsync<TAnswer>(IRequest<TAnswer> request)
        where TAnswer : class
    {
        try
        {
            return await Mediator.Send(request, Http.RequestAborted);
        }
        catch (ProblemException problem)
        {
            Refuse(problem);
            return null;
        }
    }

    /// <summary>Begins work and goes to its page; stays, with a problem, when it is refused.</summary>
    protected async Task BeginAsync<TAnswer>(IRequest<TAnswer> request)
        where TAnswer : Api.Accepted
    {
        if (await AskAsync(request) is { } begun)
        {
            Navigation.NavigateTo($"/operations/{begun.Operation}");
        }
    }

    protected void Refuse(ProblemException problem)
    {
        Problem = problem;
        // Said at the last moment: a page that is said to be missing any sooner would not be drawn.
        Http.Response.OnStarting(() =>
        {
            Http.Response.StatusCode = problem.Status;
            return Task.CompletedTask;
        });
    }

    /// <summary>Whether the signed-in person's role allows a request, so that nobody is offered what would be refused.</summary>
    protected bool May<TRequest>() =>
        Caller.Role is { } role && typeof(TRequest).GetCustomAttribute<RequiresAttribute>()!.Allows(role);
}
