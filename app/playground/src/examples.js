import homeTimeline from "./operations/examples/home-timeline.graphql";
import likeAndFollow from "./operations/examples/like-and-follow.graphql";
import liveTimeline from "./operations/examples/live-timeline.graphql";
import myAccount from "./operations/examples/my-account.graphql";
import postThread from "./operations/examples/post-thread.graphql";
import postTweet from "./operations/examples/post-tweet.graphql";
import welcome from "./operations/examples/welcome.graphql";

export const LIKE_AND_FOLLOW = "LikeAndFollow";

export const EXAMPLE_TABS = [
  welcome,
  homeTimeline,
  postTweet,
  liveTimeline,
  likeAndFollow,
  postThread,
  myAccount,
].map((query) => ({ query: query.trimEnd() }));
